import { examplePlan, exampleProblem } from '@muster/verifier/testing'
import { expect, test } from 'vitest'
import { check } from './check.ts'
import type { Io } from './documents.ts'

const run = async (files: Readonly<Record<string, string>>, json = false) => {
  const said = { out: '', err: '' }
  const io: Io = {
    read: (path) => {
      const content = files[path]
      return content === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(content)
    },
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  }
  return { code: await check('problem.json', '-', { json }, io), ...said }
}
const problem = JSON.stringify(exampleProblem)
const plan = JSON.stringify(examplePlan)

test('a right plan: exit 0', async () => {
  expect(await run({ 'problem.json': problem, '-': plan })).toEqual({ code: 0, out: 'the plan is right\n', err: '' })
})

test('a broken plan: exit 3 and the list of what is broken', async () => {
  const broken = JSON.stringify({ ...examplePlan, assignments: [] })
  const answer = await run({ 'problem.json': problem, '-': broken }, true)
  expect(answer.code).toBe(3)
  expect(JSON.parse(answer.out)).toMatchObject({
    ok: false,
    broken: expect.arrayContaining([expect.objectContaining({ code: 'TIER_VALUE' })]),
  })
})

test('a plan that has another shape: exit 3', async () => {
  expect(await run({ 'problem.json': problem, '-': '{}' })).toMatchObject({ code: 3, out: expect.stringContaining('PLAN_SHAPE') })
})

test('a problem that contradicts itself: exit 2', async () => {
  const contradiction = JSON.stringify({ ...exampleProblem, horizon: { from: '2027-01-01', to: '2026-01-01' } })
  expect(await run({ 'problem.json': contradiction, '-': plan })).toMatchObject({
    code: 2,
    out: expect.stringContaining('PROBLEM_SHAPE'),
  })
})

test('no file, or no JSON: exit 2', async () => {
  expect(await run({ '-': plan })).toMatchObject({ code: 2, out: '', err: 'problem.json: no such file\n' })
  expect(await run({ 'problem.json': problem, '-': '{' })).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('stdin is not JSON'),
  })
})
