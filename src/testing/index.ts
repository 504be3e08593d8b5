/** Countersign in the tests of an application: in memory, at once, by a clock that the test sets. */

export { createTestAuth, type TestAuth, type TestAuthOptions } from './create-test-auth.ts'
export { type LoggedInAs, type Rights, testPassword } from './log-in-as.ts'
export type { TestClock } from './test-clock.ts'
