/** docs/problems.md is what the `type` of a problem points at: every code has its section there, and no section is idle. */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemCodes } from '@muster/http/problem-codes'
import { problemType } from '@muster/http/problem'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/problems.md'), 'utf8')
const sections = new Set([...page.matchAll(/^### ([a-z-]+)$/gm)].map(([, code]) => code))

/** What stands for a part of a code that is put together at run time. */
const PARTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  'pledge-${status}': ['pledge-withdrawn', 'pledge-expired'],
  'commitment-${status}': ['commitment-declined', 'commitment-cancelled', 'commitment-repatriated'],
  'plan-${status}': ['plan-failed', 'plan-superseded', 'plan-approved', 'plan-rejected'],
  'unknown-${kind}': ['unknown-contributor', 'unknown-mission', 'unknown-capability', 'unknown-pledge'],
}

const ROOMS = '{kernel,command-handler,contributors,missions,pledging,commitments,planning}'
const codesOfRules = (): ReadonlySet<string> => {
  const codes = new Set<string>()
  for (const file of globSync(`packages/${ROOMS}/src/**/*.ts`, { cwd: root })) {
    if (/\.test\.ts$|testing/.test(file)) continue
    const source = readFileSync(join(root, file), 'utf8')
    for (const [, , code = ''] of source.matchAll(/\b(?:rejected|refuse|refused)\(\s*(['`])([a-z-]+(?:\$\{\w+\})?)\1/g)) {
      for (const each of PARTS[code] ?? [code]) codes.add(each)
    }
  }
  return codes
}

describe('the page of problems', () => {
  it('has a section for every code of the HTTP surface and of every rule', () => {
    const rules = codesOfRules()
    expect(rules.size).toBeGreaterThan(80)
    expect([...Object.keys(problemCodes), ...rules].filter((code) => !sections.has(code))).toEqual([])
  })

  it('is where problem types point', () => {
    expect(problemType('not-found')).toBe('/docs/problems.md#not-found')
    expect(sections).toContain('not-found')
  })
})
