import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleProblem } from '@muster/verifier/testing'
import { verify } from '@muster/verifier/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allocate, type AllocateFlags } from './allocate.ts'
import { jsonPieces } from './documents.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-questions-'))
})
afterAll(() => rm(folder, { recursive: true }))

const file = async (name: string, document: unknown): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, JSON.stringify(document))
  return path
}
const ask = async (flags: AllocateFlags) => {
  const said = { out: '', err: '' }
  const code = await allocate(
    '-',
    { fast: true, ...flags },
    {
      stdin: () => Promise.resolve(JSON.stringify(exampleProblem)),
      stdout: (text) => void (said.out += text),
      stderr: (text) => void (said.err += text),
    },
  )
  const answer: unknown = said.out === '' ? undefined : JSON.parse(said.out)
  return { code, answer, err: said.err }
}
const [offer] = exampleProblem.offers
const withdrawn = { format: 'muster.changes/1', drop: { offers: [offer?.id] } }

describe('questions beside the plan', () => {
  test('--what-if: the difference of two plans', async () => {
    const { code, answer } = await ask({ whatIf: await file('changes.json', withdrawn) })
    expect(code).toBe(0)
    expect(answer).toMatchObject({ format: 'muster.difference/1', after: { format: 'muster.plan/1' } })
    const { removed } = z.object({ removed: z.array(z.object({ offer: z.string() })) }).parse(answer)
    expect(removed.some((row) => row.offer === offer?.id)).toBe(true)
  })

  test('--repair: the plan carried over, the better plan apart', async () => {
    const { answer: plan } = await ask({})
    const { code, answer } = await ask({ repair: await file('plan.json', plan), whatIf: await file('changes.json', withdrawn) })
    expect(code).toBe(0)
    const { assignments, offered } = z
      .object({ assignments: z.array(z.looseObject({ offer: z.string() })), offered: z.object({ plan: z.looseObject({}) }) })
      .parse(answer)
    expect(assignments.some((row) => row.offer === offer?.id)).toBe(false)
    const after = { ...exampleProblem, offers: exampleProblem.offers.slice(1), published: assignments }
    const verdict = verify(after, offered.plan)
    // The problem the plan was made for has its defaults filled in, so only its digest is another one.
    expect('ok' in verdict ? [] : verdict.broken.map(({ code: broken }) => broken)).toEqual(['PROBLEM_DIGEST'])
  })

  test('--advice: each proposal is a change that can be asked about', async () => {
    const { code, answer } = await ask({ advice: true })
    expect(code).toBe(0)
    const { proposals } = z
      .object({ proposals: z.array(z.object({ change: z.unknown(), text: z.string() })).min(1) })
      .parse(answer)
    const what = await ask({ whatIf: await file('proposal.json', proposals[0]?.change) })
    expect(what.code).toBe(0)
  })

  test('--policy-preview: every policy, every contributor', async () => {
    const policies = { format: 'muster.policies/1', policies: [{ name: 'as it is' }, { name: 'slack', slackPpm: 100_000 }] }
    const { code, answer } = await ask({ policyPreview: await file('policies.json', policies) })
    expect(code).toBe(0)
    const contributors: unknown = expect.arrayContaining([expect.objectContaining({ contributor: 'NPL' })])
    expect(answer).toMatchObject({
      policies: [
        { name: 'as it is', contributors },
        { name: 'slack', contributors },
      ],
    })
  })

  test('a file that cannot be used: exit 2, said with a pointer', async () => {
    expect(await ask({ whatIf: await file('bad.json', { format: 'muster.changes/1', add: {} }) })).toMatchObject({
      code: 2,
      err: expect.stringContaining('bad.json'),
    })
    expect(await ask({ whatIf: join(folder, 'none.json') })).toMatchObject({ code: 2 })
    const unknown = { format: 'muster.changes/1', drop: { offers: ['P0'] } }
    expect(await ask({ whatIf: await file('unknown.json', unknown) })).toMatchObject({
      code: 2,
      err: expect.stringContaining('/drop/offers/0'),
    })
  })
})

test('pieces of a document are its JSON', () => {
  const document = { a: 1, b: [], c: Array.from({ length: 2_500 }, (_, i) => ({ i })), d: { e: [1] } }
  expect([...jsonPieces(document)].join('')).toBe(`${JSON.stringify(document)}\n`)
  expect([...jsonPieces({})].join('')).toBe('{}\n')
})
