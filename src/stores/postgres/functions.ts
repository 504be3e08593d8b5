/**
 * The steps that need a second look after they have waited for a lock, as functions of the schema.
 *
 * Within one statement PostgreSQL sees the data as it was when the statement began; each statement of
 * a function sees what has been committed since. So a step under a lock stays one round trip.
 */

/**
 * Numbers an entry of the feed and tells those who wait.
 *
 * Under a lock that is kept until the commit can be seen: so entries become visible in the order of
 * their numbers, and a reader that has seen 12 has seen 11. It costs nothing: NOTIFY lets one commit
 * through at a time anyway. Taken after every lock of a row, so that it makes no deadlock.
 */
export const numberRevocationFunction = `CREATE FUNCTION {schema}.number_revocation()
RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('{schema}.revocations', 0));
  NEW.seq := nextval('{schema}.revocations_seq');
  PERFORM pg_notify('{schema}_revocations', '');
  RETURN NEW;
END $function$`

/** Adds a session and ends the oldest above the limit; of one account one after another. */
export const createSessionFunction = `CREATE FUNCTION {schema}.create_session(
  new_id text, new_account_id text, new_epoch integer, new_amr text, new_user_agent text,
  new_address text, new_generation bigint, new_hash bytea, new_recent_commits text,
  new_forks integer, new_forked_at bigint, new_created_at bigint, new_moved_at bigint,
  most bigint, moved_since bigint, born_since bigint, present bigint
) RETURNS SETOF text LANGUAGE plpgsql AS $function$
DECLARE
  surplus text[];
  ended text[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('{schema}.sessions:' || new_account_id, 0));
  SELECT array_agg(older.id) INTO surplus FROM (
    SELECT id FROM {schema}.sessions
    WHERE account_id = new_account_id AND end_reason IS NULL AND epoch >= new_epoch
      AND moved_at >= moved_since AND created_at >= born_since
    ORDER BY created_at DESC, id DESC
    OFFSET greatest(0, most - 1)
  ) AS older;
  INSERT INTO {schema}.sessions (id, account_id, epoch, amr, user_agent, address, generation, hash,
      recent_commits, forks, forked_at, created_at, moved_at)
    VALUES (new_id, new_account_id, new_epoch, new_amr, new_user_agent, new_address, new_generation,
      new_hash, new_recent_commits, new_forks, new_forked_at, new_created_at, new_moved_at);
  IF surplus IS NULL THEN
    RETURN;
  END IF;
  WITH now_ended AS (
    UPDATE {schema}.sessions
      SET end_reason = 'session_limit', user_agent = NULL, address = NULL
      WHERE id = ANY (surplus) AND end_reason IS NULL
      RETURNING id
  )
  SELECT array_agg(id ORDER BY array_position(surplus, id)) INTO ended FROM now_ended;
  INSERT INTO {schema}.revocations (kind, subject, at)
    SELECT 'session_ended', id, present FROM unnest(ended) AS id;
  RETURN QUERY SELECT unnest(ended);
END $function$`

/**
 * The rule of `take-attempt.ts`, under the locks of the counters' rows, which are taken in the order of
 * the keys so that no two wait in a circle. All that refuse are known before a row is changed; one
 * that was made on the way goes again. Answers for each entry by itself, with its place.
 */
export const takeAttemptsFunction = `CREATE FUNCTION {schema}.take_attempts(entries jsonb, present bigint)
RETURNS TABLE (place bigint, taken boolean, total bigint, wait bigint) LANGUAGE plpgsql AS $function$
DECLARE
  entry record;
  counter {schema}.attempts;
  made text[] := '{}';
  changed {schema}.attempts[] := '{}';
  refused boolean := false;
BEGIN
  FOR entry IN
    SELECT * FROM ROWS FROM (jsonb_to_recordset(entries) AS (name text, span bigint,
      "fromFirst" boolean, most bigint, pauses bigint[], "mayBeRefused" boolean)) WITH ORDINALITY
    ORDER BY name COLLATE "C"
  LOOP
    place := entry.ordinality;
    LOOP
      INSERT INTO {schema}.attempts (key, count, first_at, last_at, expires_at)
        VALUES (entry.name, 1, present, present, present + entry.span) ON CONFLICT DO NOTHING;
      IF FOUND THEN
        made := array_append(made, entry.name);
        counter := NULL;
        EXIT;
      END IF;
      SELECT * INTO counter FROM {schema}.attempts WHERE key = entry.name FOR UPDATE;
      -- Otherwise it was cleared in between.
      EXIT WHEN FOUND;
    END LOOP;
    taken := true;
    total := 1;
    wait := 0;
    IF counter.key IS NOT NULL AND counter.expires_at <= present THEN
      counter.first_at := present;
      counter.expires_at := present + entry.span;
    ELSIF counter.key IS NOT NULL THEN
      IF entry.most IS NOT NULL AND counter.count >= entry.most THEN
        wait := counter.expires_at - present;
      ELSE
        wait := greatest(0,
          coalesce(entry.pauses[least(counter.count, cardinality(entry.pauses))], 0)
            - abs(present - counter.last_at));
      END IF;
      taken := wait = 0;
      total := counter.count + CASE WHEN taken THEN 1 ELSE 0 END;
      IF NOT entry."fromFirst" THEN
        counter.expires_at := present + entry.span;
      END IF;
    END IF;
    IF NOT taken THEN
      refused := refused OR NOT entry."mayBeRefused";
    ELSIF counter.key IS NOT NULL THEN
      counter.count := total;
      counter.last_at := present;
      changed := array_append(changed, counter);
    END IF;
    RETURN NEXT;
  END LOOP;
  -- Row by row: by the primary key, whatever is known of the size of the table.
  IF refused THEN
    FOR at IN 1 .. cardinality(made) LOOP
      DELETE FROM {schema}.attempts WHERE key = made[at];
    END LOOP;
  ELSE
    FOREACH counter IN ARRAY changed LOOP
      UPDATE {schema}.attempts
        SET count = counter.count, first_at = counter.first_at, last_at = counter.last_at,
          expires_at = counter.expires_at
        WHERE key = counter.key;
    END LOOP;
  END IF;
END $function$`

/**
 * Gives attempts back and clears counters, in the order of the keys. Of one counter two statements, so
 * that each of several at once sees the one before.
 */
export const settleAttemptsFunction = `CREATE FUNCTION {schema}.settle_attempts(changes jsonb, present bigint)
RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
  change record;
BEGIN
  FOR change IN
    SELECT * FROM jsonb_to_recordset(changes) AS (name text, clears boolean, below bigint)
    ORDER BY name COLLATE "C"
  LOOP
    IF change.clears THEN
      DELETE FROM {schema}.attempts WHERE key = change.name
        AND (change.below IS NULL OR count < change.below OR expires_at <= present);
    ELSE
      UPDATE {schema}.attempts SET count = count - 1
        WHERE key = change.name AND expires_at > present;
      DELETE FROM {schema}.attempts WHERE key = change.name AND count <= 0;
    END IF;
  END LOOP;
END $function$`
