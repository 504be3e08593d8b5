/**
 * What every store must do, as rules that need no test runner.
 *
 * `runStoreContract(factory)` runs them all; with a test runner, make each rule of `storeContract` a
 * test and let it call `runContractRule`.
 */

export type * from '../ports.ts'
export { contractLifetimes } from './examples.ts'
export type {
  ContractHarness,
  ContractRule,
  ContractStores,
  OpenedStores,
  StoreFactory,
} from './rule.ts'
export {
  type ContractOptions,
  type ContractResult,
  runContractRule,
  runStoreContract,
  storeContract,
} from './run.ts'
export { type FaultMoment, type StoreCall, withFaults } from './with-faults.ts'
