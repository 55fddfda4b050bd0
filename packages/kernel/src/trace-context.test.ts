import { describe, expect, it } from 'vitest'
import { parseTraceparent, traceparentOf } from './trace-context.ts'

const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('trace context', () => {
  it('is read and written without loss', () => {
    const context = parseTraceparent(header)
    expect(context).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: '01' })
    expect(context && traceparentOf(context)).toBe(header)
  })

  it('is ignored when it is malformed or all zeros', () => {
    for (const wrong of [
      undefined,
      '',
      header.toUpperCase(),
      `01${header.slice(2)}`,
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
      `${header}-more`,
    ]) {
      expect(parseTraceparent(wrong)).toBeUndefined()
    }
  })
})
