import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { countedHandler } from './counted-handler.ts'

it('counts commands by type and outcome, invented types together, and no dry runs', async () => {
  const counted: (readonly [string, string])[] = []
  const answer = { outcome: 'accepted' as const, position: 1, stream: 's', revision: 0, eventIds: [] }
  const handler = countedHandler(
    {
      handle: async (batch) => batch.map(({ key }) => (key === 'good' ? E.right(answer) : E.left({ _tag: 'NotFound' as const }))),
    },
    { command: (type, outcome) => void counted.push([type, outcome]) },
  )
  const submission = (key: string, type: string) => ({
    key,
    actor: { role: 'officer' as const },
    message: { type, data: {} },
    correlationId: 'c',
  })
  const results = await handler.handle([
    submission('good', 'AcceptPledge'),
    submission('bad', 'AcceptPledge'),
    submission('bad', 'X-7'),
    { ...submission('good', 'AcceptPledge'), dryRun: true },
  ])
  expect(results).toHaveLength(4)
  expect(counted).toEqual([
    ['AcceptPledge', 'accepted'],
    ['AcceptPledge', 'refused'],
    ['unknown', 'refused'],
  ])
})
