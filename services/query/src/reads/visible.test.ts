import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oncePaged } from './paged.ts'
import { visiblePage } from './visible.ts'

interface Row {
  readonly key: string
  readonly open: boolean
}

describe('pages of rows that a reader sees only some of', () => {
  it('are the pages of a list in which the others do not exist', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 700 }), fc.integer({ min: 1, max: 300 }), async (opens, limit) => {
        const rows: ReadonlyArray<Row> = opens.map((open, index) => ({ key: String(index).padStart(4, '0'), open }))
        const seen = rows.filter(({ open }) => open)
        let after: string | undefined
        do {
          const page = await visiblePage(
            { after, limit },
            {
              read: async (request) => oncePaged(rows, request, ({ key }) => key),
              visible: async (some) => some.filter(({ open }) => open),
              keyOf: ({ key }) => key,
            },
          )
          expect(page).toEqual(oncePaged(seen, { after, limit }, ({ key }) => key))
          after = page.next ?? undefined
        } while (after !== undefined)
      }),
      { numRuns: 60 },
    )
  })
})
