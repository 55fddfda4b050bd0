import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { examplePlan, exampleProblem } from '@muster/verifier/testing'
import { verify } from '@muster/verifier/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allocate } from './allocate.ts'
import { check } from './check.ts'
import type { Terminal } from './documents.ts'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-check-'))
  path = join(folder, 'problem.json')
})
afterAll(() => rm(folder, { recursive: true }))

const terminalOf = (stdin: string) => {
  const said = { out: '', err: '' }
  const terminal: Terminal = {
    stdin: () => Promise.resolve(stdin),
    stdout: (text) => void (said.out += text),
    stderr: (text) => void (said.err += text),
  }
  return { said, terminal }
}

const plan = JSON.stringify(examplePlan)
const run = async (problem: object | undefined, stdin: string, json = false) => {
  if (problem === undefined) await rm(path, { force: true })
  else await writeFile(path, JSON.stringify(problem))
  const { said, terminal } = terminalOf(stdin)
  return { code: await check(path, '-', { json }, terminal), ...said }
}

describe('check', () => {
  test('a right plan: exit 0', async () => {
    expect(await run(exampleProblem, plan)).toEqual({ code: 0, out: 'the plan is right\n', err: '' })
  })

  test('a broken plan: exit 3 and the list of what is broken', async () => {
    const answer = await run(exampleProblem, JSON.stringify({ ...examplePlan, assignments: [] }), true)
    expect(answer.code).toBe(3)
    const tierValue: unknown = expect.objectContaining({ code: 'TIER_VALUE' })
    expect(JSON.parse(answer.out)).toMatchObject({ ok: false, broken: expect.arrayContaining([tierValue]) })
  })

  test('a plan of another shape: exit 3', async () => {
    expect(await run(exampleProblem, '{}')).toMatchObject({ code: 3, out: expect.stringContaining('PLAN_SHAPE') })
  })

  test('a problem that contradicts itself: exit 2', async () => {
    const contradiction = { ...exampleProblem, horizon: { from: '2027-01-01', to: '2026-01-01' } }
    expect(await run(contradiction, plan)).toMatchObject({ code: 2, out: expect.stringContaining('PROBLEM_SHAPE') })
  })

  test('no file, or no JSON: exit 2', async () => {
    expect(await run(undefined, plan)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no such file') })
    expect(await run(exampleProblem, '{')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('stdin is not JSON') })
  })
})

const planned = async (problem: object) => {
  const { said, terminal } = terminalOf(JSON.stringify(problem))
  return { code: await allocate('-', { fast: true }, terminal), ...said }
}

describe('allocate', () => {
  test('prints a plan that the verifier accepts, and nothing else, to stdout', async () => {
    const { code, out } = await planned(exampleProblem)
    expect(code).toBe(0)
    expect(verify(exampleProblem, JSON.parse(out))).toEqual({ ok: true })
  })

  test('a contradiction: exit 2, said with a pointer', async () => {
    const contradiction = { ...exampleProblem, horizon: { from: '2027-01-01', to: '2026-01-01' } }
    expect(await planned(contradiction)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('/horizon') })
  })
})
