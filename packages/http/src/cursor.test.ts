import { isLeft } from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCursors } from './cursor.ts'

const cursors = openCursors(new Uint8Array(32).fill(1))
const question = { route: '/v1/pledges', status: 'accepted', contributor: undefined }

describe('a cursor', () => {
  it('gives back what it was made of, for the same question in any order of its parts', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (after, position) => {
        const text = cursors.encode({ after, position }, question)
        expect(cursors.decode(text, { status: 'accepted', route: '/v1/pledges' })).toEqual({
          _tag: 'Right',
          right: { after, position },
        })
      }),
    )
  })

  it('is refused for another question', () => {
    const text = cursors.encode({ after: 'P-1', position: 3 }, question)
    expect(isLeft(cursors.decode(text, { ...question, status: 'withdrawn' }))).toBe(true)
    expect(isLeft(cursors.decode(text, { ...question, contributor: 'NPL' }))).toBe(true)
  })

  it('is refused when it was bent, made up, or signed with another secret', () => {
    const text = cursors.encode({ after: 'P-1', position: 3 }, question)
    const [payload = '', signature = ''] = text.split('.')
    const other = Buffer.from(JSON.stringify(['P-9', 3, 'x'])).toString('base64url')
    const foreign = openCursors(new Uint8Array(32).fill(2)).encode({ after: 'P-1', position: 3 }, question)
    for (const bad of [
      '',
      '.',
      payload,
      `${other}.${signature}`,
      `${payload}.AAAA`,
      `${payload}.${'A'.repeat(22)}`,
      foreign,
      '💥.💥',
    ]) {
      expect(isLeft(cursors.decode(bad, question))).toBe(true)
    }
  })
})
