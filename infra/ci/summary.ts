/**
 * The closing line of CI, taken from vitest's own report: `N passed, N failed[, N skipped]`. Exits non-zero when a test or a step failed, when no
 * test ran, or when a suite that CI must run was skipped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  success: z.boolean(),
})

const [reportPath = '', ...failedSteps] = process.argv.slice(2)
const report = existsSync(reportPath) ? Report.safeParse(JSON.parse(readFileSync(reportPath, 'utf8'))) : undefined
const {
  numPassedTests: passed,
  numFailedTests,
  numPendingTests,
  numTodoTests,
  success,
} = report?.success ? report.data : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, success: false }
const skipped = numPendingTests + numTodoTests
const failed = numFailedTests + failedSteps.length + (success || numFailedTests > 0 || failedSteps.includes('npm test') ? 0 : 1)

for (const step of failedSteps) console.log(`failed: ${step}`)
if (skipped > 0) console.log(`${skipped} tests were skipped; CI must run all of them`)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 || skipped > 0 || passed === 0 ? 1 : 0)
