/** `countersign user list`: every account, read page by page. */

import type { AccountView, AdminAuth } from './admin-auth.ts'
import { type Command, type Input, jsonOption, withAuth } from './command.ts'
import { MisuseError } from './exit-codes.ts'
import { accountJson } from './find-account.ts'
import { toJson } from './printable.ts'
import { dateOf, formatTable } from './table.ts'

const pageSize = 100

export const userList: Command = {
  name: 'list',
  summary: 'Lists the accounts.',
  positionals: [],
  options: {
    limit: { value: 'count', meaning: 'at most so many; all by default' },
    after: { value: 'id', meaning: 'only those behind this account' },
    ...jsonOption,
  },
  example: 'countersign user list --limit 20',
  run: (input, context) => {
    const limit = limitIn(input)
    return withAuth(context, async (auth) => {
      const accounts = await readAccounts(auth, limit, input.text('after'))
      const isJson = input.isOn('json')
      context.io.write(isJson ? toJson(accounts.map(accountJson)) : accountTable(accounts))
    })
  },
}

function limitIn(input: Input): number {
  const text = input.text('limit')
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new MisuseError('--limit must be a whole number from 1')
}

async function readAccounts(
  { users }: AdminAuth,
  limit: number,
  start: string | undefined,
): Promise<readonly AccountView[]> {
  const accounts: AccountView[] = []
  let after = start
  while (accounts.length < limit) {
    const size = Math.min(pageSize, limit - accounts.length)
    const page = await users.list({ limit: size, ...(after !== undefined && { after }) })
    accounts.push(...page)
    after = page.at(-1)?.id
    if (after === undefined) break
  }
  return accounts
}

function accountTable(accounts: readonly AccountView[]): string {
  if (accounts.length === 0) return 'No accounts.'
  const rows = accounts.map(({ id, status, createdAt, username, email }) => [
    id,
    status,
    dateOf(createdAt),
    [username, email].filter((name) => name !== null).join(', '),
  ])
  return formatTable(['ID', 'STATUS', 'CREATED', 'ACCOUNT'], rows)
}
