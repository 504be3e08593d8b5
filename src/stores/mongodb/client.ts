/**
 * What the application already has, taken by its shape: a `Db` of the package `mongodb`, or a
 * connection of Mongoose. Only the methods named here are used.
 */

export type Filter = Readonly<Record<string, unknown>>

/** Whatever the application's own client does: the newest state, and plain numbers. */
export const collectionOptions = Object.freeze({
  readPreference: 'primary' as const,
  promoteValues: true,
  promoteLongs: true,
  useBigInt64: false,
})

/** A `Db` of the package `mongodb` 6 or later. */
export interface MongoDatabase {
  readonly databaseName: string
  collection(name: string, options: typeof collectionOptions): unknown
  command(command: { readonly hello: 1 } | { readonly isMaster: 1 }): Promise<unknown>
}

/** A connection of Mongoose 8 or later, such as `mongoose.connection`; it may still be connecting. */
export interface MongooseConnection {
  asPromise(): Promise<unknown>
  readonly db?: MongoDatabase | undefined
}

/** A collection, as far as it is used; what the driver checks at run time is not checked here. */
export interface Collection<Stored> {
  findOne(filter: Filter, options?: object): Promise<Stored | null>
  find(filter: Filter, options?: object): { toArray(): Promise<readonly Stored[]> }
  countDocuments(filter: Filter, options?: object): Promise<number>
  insertOne(document: Stored, options?: object): Promise<unknown>
  insertMany(documents: readonly Stored[], options?: object): Promise<unknown>
  updateOne(filter: Filter, update: object, options?: object): Promise<UpdateResult>
  updateMany(filter: Filter, update: object, options?: object): Promise<UpdateResult>
  replaceOne(filter: Filter, document: object, options?: object): Promise<UpdateResult>
  findOneAndUpdate(filter: Filter, update: object, options?: object): Promise<Stored | null>
  findOneAndDelete(filter: Filter, options?: object): Promise<Stored | null>
  deleteOne(filter: Filter, options?: object): Promise<unknown>
  deleteMany(filter: Filter, options?: object): Promise<unknown>
  createIndex(keys: object, options?: object): Promise<unknown>
  watch(pipeline: readonly object[], options?: object): ChangeStream
}

interface UpdateResult {
  readonly matchedCount: number
}

export interface ChangeStream {
  on(
    event: 'init' | 'change' | 'error' | 'close' | 'resumeTokenChanged',
    listener: (value: unknown) => void,
  ): unknown
  close(): Promise<unknown>
}

export type GivenDatabase = MongoDatabase | MongooseConnection

function isGivenDatabase(value: unknown): value is GivenDatabase {
  if (typeof value !== 'object' || value === null) return false
  return 'asPromise' in value || ('collection' in value && 'command' in value)
}

/**
 * Waits until a Mongoose connection is connected.
 *
 * @throws TypeError for what is neither.
 */
export async function databaseOf(given: GivenDatabase): Promise<MongoDatabase> {
  if (!isGivenDatabase(given)) {
    throw new TypeError('database must be a URL, a Db of mongodb, or a connection of Mongoose')
  }
  if (!('asPromise' in given)) return given
  await given.asPromise()
  if (given.db === undefined) throw new TypeError('The connection of Mongoose is not connected')
  return given.db
}

/** The number of a server's reply that is an error; undefined where there was no reply. */
export function replyCode(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'number' ? code : undefined
}

/** A unique index refused the write. */
export const isDuplicate = (error: unknown): boolean => replyCode(error) === 11_000

/** Compares with the very value, whatever it is: an object in its place is no query operator. */
export const exactly = (value: unknown): Filter => ({ $eq: value })
