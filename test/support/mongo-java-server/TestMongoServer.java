import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;

/** A standalone MongoDB for tests: `java -cp 'lib/*' TestMongoServer.java PORT FILE [oplog]`. */
public class TestMongoServer {
  public static void main(String[] arguments) throws Exception {
    H2Backend backend = new H2Backend(arguments[1]);
    // The driver refuses what says a wire version below 9; the rest of 4.4 is not asked for.
    backend.version(new MongoVersion() {
      @Override public List<Integer> getVersionArray() { return List.of(4, 4, 0); }
      @Override public int getWireVersion() { return 9; }
    });
    MongoServer server = new MongoServer(backend);
    if (arguments.length > 2) server.enableOplog();
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    System.out.println("Ready to accept connections");
  }
}
