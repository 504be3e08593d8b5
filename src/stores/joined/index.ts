/** Accounts in one store, sessions in another, as one `Stores` for `createAuth({ stores })`. */

export { joinStores, type SeparateStores } from './open.ts'
