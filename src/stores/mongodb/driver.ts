/**
 * Opens a client by URL: `mongodb://` and `mongodb+srv://`.
 *
 * The driver is loaded here and only here, so that nobody needs it who does not use it.
 */

import type { MongoDatabase } from './client.ts'

export interface OpenedClient {
  readonly database: MongoDatabase
  close(): Promise<void>
}

/** A URL may set any of these otherwise. In milliseconds. */
const clientOptions = {
  appName: 'countersign',
  maxPoolSize: 20,
  // The deadlines of `connection.ts` are shorter; this one is also that of the start.
  serverSelectionTimeoutMS: 5000,
  // Looked for often enough to be back within 2 s.
  heartbeatFrequencyMS: 1000,
  // The driver drops every connection when a heartbeat takes longer: not for a busy moment.
  connectTimeoutMS: 3000,
  waitQueueTimeoutMS: 2000,
  socketTimeoutMS: 5000,
}

const defaultDatabase = 'countersign'

/** @throws Error with a sentence for the operator; nothing of the URL is in it. */
export async function openClient(
  url: string,
  onError: (error: unknown) => void,
): Promise<OpenedClient> {
  const { MongoClient } = await loadDriver()
  const fromUrl = new Set(Array.from(searchOf(url).keys(), (key) => key.toLowerCase()))
  const ours = Object.entries(clientOptions).filter(([name]) => !fromUrl.has(name.toLowerCase()))
  let client: import('mongodb').MongoClient
  try {
    client = new MongoClient(url, Object.fromEntries(ours))
  } catch {
    // The driver's sentence may hold a piece of the password.
    throw new Error('DATABASE_URL is not a MongoDB URL that the driver understands')
  }
  client.on('error', onError)
  try {
    await client.connect()
  } catch (cause) {
    await client.close().catch(() => {})
    throw new Error('The MongoDB server of DATABASE_URL does not answer, or refuses the log-in', {
      cause,
    })
  }
  const named = /^[^:]+:\/\/[^/]+\/([^?]+)/.test(url)
  return { database: client.db(named ? undefined : defaultDatabase), close: () => client.close() }
}

const searchOf = (url: string): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')

async function loadDriver(): Promise<typeof import('mongodb')> {
  try {
    return await import('mongodb')
  } catch (cause) {
    throw new Error('A database of MongoDB needs the package mongodb: npm install mongodb', {
      cause,
    })
  }
}
