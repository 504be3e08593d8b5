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

/** The rule of `take-attempt.ts`, under the lock of the counter's row. */
export const takeAttemptFunction = `CREATE FUNCTION {schema}.take_attempt(
  the_key text, present bigint, span bigint, from_first boolean, most bigint, pauses bigint[]
) RETURNS TABLE (taken boolean, total bigint, wait bigint) LANGUAGE plpgsql AS $function$
DECLARE
  found_row {schema}.attempts;
  pause bigint;
BEGIN
  LOOP
    INSERT INTO {schema}.attempts (key, count, first_at, last_at, expires_at)
      VALUES (the_key, 1, present, present, present + span) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      RETURN QUERY SELECT true, 1::bigint, 0::bigint;
      RETURN;
    END IF;
    SELECT * INTO found_row FROM {schema}.attempts WHERE key = the_key FOR UPDATE;
    -- Otherwise it was cleared in between.
    EXIT WHEN FOUND;
  END LOOP;
  IF found_row.expires_at <= present THEN
    UPDATE {schema}.attempts
      SET count = 1, first_at = present, last_at = present, expires_at = present + span
      WHERE key = the_key;
    RETURN QUERY SELECT true, 1::bigint, 0::bigint;
    RETURN;
  END IF;
  IF most IS NOT NULL AND found_row.count >= most THEN
    RETURN QUERY SELECT false, found_row.count, found_row.expires_at - present;
    RETURN;
  END IF;
  pause := coalesce(pauses[least(found_row.count, cardinality(pauses))], 0)
    - abs(present - found_row.last_at);
  IF pause > 0 THEN
    RETURN QUERY SELECT false, found_row.count, pause;
    RETURN;
  END IF;
  UPDATE {schema}.attempts
    SET count = found_row.count + 1, last_at = present,
      expires_at = CASE WHEN from_first THEN found_row.expires_at ELSE present + span END
    WHERE key = the_key;
  RETURN QUERY SELECT true, found_row.count + 1, 0::bigint;
END $function$`

/** Takes one attempt back. Two statements, so that each of several at once sees the one before. */
export const giveBackFunction = `CREATE FUNCTION {schema}.give_back(the_key text, present bigint)
RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  UPDATE {schema}.attempts SET count = count - 1 WHERE key = the_key AND expires_at > present;
  DELETE FROM {schema}.attempts WHERE key = the_key AND count <= 0;
END $function$`
