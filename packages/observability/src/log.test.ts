import { describe, expect, it } from 'vitest'
import { createLogger } from './log.ts'

const CANARY = 'canary-7c1f'
const capture = () => {
  const lines: string[] = []
  return {
    lines,
    logger: createLogger({ service: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  }
}
const parsed = (line: string | undefined): unknown => JSON.parse(line ?? '')

describe('the log', () => {
  it('keeps ids and classifications', () => {
    const { lines, logger } = capture()
    logger.info({ stream: 'pledge-P-1', position: 17, classification: 'confidential', traceId: 'abc' }, 'command accepted')
    expect(parsed(lines[0])).toMatchObject({
      level: 'info',
      service: 'test',
      stream: 'pledge-P-1',
      position: 17,
      classification: 'confidential',
      msg: 'command accepted',
    })
  })

  it('lets no payload through, wherever it hides', () => {
    const { lines, logger } = capture()
    const payload = { ownReference: CANARY, quantity: 7_777_777 }
    logger.info({ data: payload, body: CANARY, command: { data: payload } }, 'command')
    logger.error(
      { err: Object.assign(new Error(`bad value ${CANARY}`, { cause: new Error(CANARY) }), { data: payload }) },
      'failed',
    )
    logger.warn({ stream: payload, code: [CANARY], req: { headers: { authorization: CANARY } } }, 'odd shapes')
    logger.child({ note: CANARY, traceId: 'abc' }).info({ payload }, 'child')
    logger.child({}, { serializers: {} }).info({ err: new TypeError(CANARY) }, 'child with own serialisers')
    logger.error(new Error(CANARY))
    logger.error({ err: new Error(CANARY) })
    logger.child({ stream: 'pledge-1' }).child({ data: payload }).info({ payload }, 'grandchild')
    expect(lines).toHaveLength(8)
    expect(parsed(lines[7])).toMatchObject({ stream: 'pledge-1' })
    expect(lines.join('')).not.toContain(CANARY)
    expect(lines.join('')).not.toContain('7777777')
  })

  it('says of an error what kind it was and where it came from', () => {
    const { lines, logger } = capture()
    logger.error({ err: Object.assign(new RangeError(CANARY), { code: 'SQLITE_FULL' }) }, 'append failed')
    expect(parsed(lines[0])).toMatchObject({ err: { kind: 'RangeError', code: 'SQLITE_FULL' } })
    expect(lines[0]).toContain('log.test.ts')
  })
})
