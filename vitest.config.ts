import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['contracts/src/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/e2e/prepared-store.setup.ts', 'test/support/kafka/broker.setup.ts'],
    // Real processes, brokers and databases start inside some tests; on two busy cores that takes seconds.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
