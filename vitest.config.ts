import { defineConfig } from 'vitest/config'

// scripts/test.mjs runs one folder again under another Node.
const only = process.env.COUNTERSIGN_TEST_ONLY ?? 'test'

export default defineConfig({
  test: {
    include: [`${only}/**/*.test.ts`, `${only}*.test.ts`],
    exclude: ['test/package/fixtures/**'],
    testTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
