/**
 * Functions of schema version 2: several counters of attempts in one step. Part of the migrations in
 * `schema.ts`.
 */

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
