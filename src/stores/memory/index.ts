/** All stores in the memory of one process: for tests, demonstrations and as the plainest example. */

export { type MemoryStoresOptions, openMemoryStores } from './open.ts'
