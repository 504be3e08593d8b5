// Fills a database with copies of one account and of its session: within it, by one statement a table,
// so that a million take seconds. Whatever columns there are, a copy has what the product has written,
// but for ids, names and times.

/** Expressions of a dialect; `at` is the time of a row in milliseconds, `i` its number. */
const dialects = {
  sqlite: {
    numbers: `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $count - 1)`,
    from: 'n',
    text: 'CAST(i AS TEXT)',
    whole: 'INTEGER',
    id: (at) =>
      joined(`printf('%012x', ${at})`, `lower(hex(randomblob(2)))`, `lower(hex(randomblob(8)))`),
  },
  postgres: {
    numbers: '',
    from: 'generate_series(0, $count - 1) AS i',
    text: 'i::text',
    whole: 'bigint',
    id: (at) =>
      joined(`lpad(to_hex(${at}), 12, '0')`, 'md5(random()::text)', 'md5(random()::text)'),
  },
}

/** UUID version 7 from the hexadecimal digits of the time, and two random texts. */
const joined = (time, few, many) =>
  `substr(${time}, 1, 8) || '-' || substr(${time}, 9, 4) || '-7' || substr(${few}, 1, 3) || '-9' || ` +
  `substr(${many}, 1, 3) || '-' || substr(${many}, 4, 12)`

/**
 * @param dialect sqlite or postgres.
 * @param times { firstAt, between }: a row is so many milliseconds later than the one before it.
 * @param columns { users, sessions }: the names of all columns. Without sessions only accounts.
 * @param prefix of the tables' names.
 * @returns the statements.
 */
export function copyingStatements(dialect, count, { firstAt, between }, columns, prefix = '') {
  const { numbers, from, text, whole, id } = dialects[dialect]
  const at = `CAST(${firstAt} + i * ${between} AS ${whole})`
  const name = `'copy-' || ${text}`
  const account = {
    ...{ id: id(at), username: name, username_key: name, created_at: at, updated_at: at },
  }
  const session = {
    ...{ id: id('a.created_at'), account_id: 'a.id' },
    ...{ created_at: 'a.created_at', moved_at: 'a.created_at' },
  }
  const insert = (table, values, source) => {
    const names = columns[table]
    const list = names.map((column) => values[column] ?? `t.${column}`).join(', ')
    const one = `(SELECT * FROM ${prefix}${table} LIMIT 1) AS t`
    return `INSERT INTO ${prefix}${table} (${names.join(', ')}) SELECT ${list} FROM ${source}, ${one}`
  }
  const accounts = `${numbers} ${insert('users', account, from)}`.replaceAll('$count', count)
  if (columns.sessions === undefined) return [accounts]
  const copied = `${prefix}users AS a`
  return [accounts, `${insert('sessions', session, copied)} WHERE a.username_key LIKE 'copy-%'`]
}
