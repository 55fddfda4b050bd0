/**
 * A batch: one command a line in, one answer a line out, in the same order. Lines are read as they come and handed over in
 * groups, so that memory holds a few groups and the answers, never the upload. Many clients read nothing before they
 * have sent everything: answers therefore wait in memory (there are at most 10,000) instead of holding the reading up.
 */
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import * as E from 'fp-ts/lib/Either.js'
import type { BatchAnswer } from '@muster/contracts/answers'
import { BatchLine } from '@muster/contracts/commands'
import { inPlainWords, violationsOf } from '@muster/contracts/violations'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { Actor } from '@muster/kernel/actor'
import { problem } from '@muster/http/problem'
import { answerOf, idOf, parseJson, submissionOf, type Circumstances } from './line.ts'
import { notForRole, refusedLine } from './refusals.ts'

export const MAX_LINES = 10_000
const MAX_LINE_CHARACTERS = 1_048_576
const GROUP = 500
/** Groups under way at once: one is read and checked while another is written. */
const UNDER_WAY = 3

type Line = E.Either<BatchAnswer, BatchLine>

/** One line of the upload; `number` counts from 1. */
const parseLine = (text: string, number: number, actor: Actor): Line => {
  const json = parseJson(text)
  if (E.isLeft(json)) {
    return E.left(refusedLine('', problem('malformed-json', { detail: `Line ${number} is not one JSON document.` })))
  }
  const line = BatchLine.safeParse(json.right, inPlainWords)
  if (line.success) return E.right(line.data)
  return E.left(
    refusedLine(
      idOf(json.right),
      notForRole(json.right, actor) ??
        problem('invalid-command', {
          detail: `${idOf(json.right) === '' ? `Line ${number}` : 'This'} is not a command with id, type and data.`,
          violations: violationsOf(line.error),
        }),
    ),
  )
}

const overlong = (number: number): BatchAnswer =>
  refusedLine('', problem('body-too-large', { detail: `Line ${number} is longer than ${MAX_LINE_CHARACTERS} characters.` }))

interface Text {
  /** As an editor counts, from 1: blank lines have numbers too. */
  readonly number: number
  /** Undefined when it is too long to be kept. */
  readonly text: string | undefined
}

/** The lines that are not blank. */
async function* linesOf(upload: Readable): AsyncGenerator<ReadonlyArray<Text>> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let skipping = false
  let number = 0
  const take = (piece: string): ReadonlyArray<Text> => {
    const lines: Text[] = []
    const parts = (rest + piece).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      number += 1
      if (skipping || part.length > MAX_LINE_CHARACTERS) lines.push({ number, text: undefined })
      else if (part.trim() !== '') lines.push({ number, text: part })
      skipping = false
    }
    if (rest.length > MAX_LINE_CHARACTERS) {
      rest = ''
      skipping = true
    }
    return lines
  }
  // The rest of an upload that is too long is let through unread; destroying it would cut the answer off.
  for await (const chunk of upload.iterator({ destroyOnReturn: false })) {
    yield take(Buffer.isBuffer(chunk) ? decoder.write(chunk) : String(chunk))
  }
  yield take(`${decoder.end()}\n`)
}

const answerGroup = async (
  handler: Pick<CommandHandler, 'handle'>,
  group: ReadonlyArray<Line>,
  circumstances: Circumstances,
): Promise<ReadonlyArray<BatchAnswer>> => {
  const commands = group.flatMap((line) => (E.isRight(line) ? [line.right] : []))
  const results = await handler.handle(commands.map((line) => submissionOf(line, circumstances)))
  let next = 0
  return group.map((line) => {
    if (E.isLeft(line)) return line.left
    const answer = answerOf(line.right.id, results[next])
    next += 1
    return answer
  })
}

/** Groups of lines as they fill; ends after the first line too many, which is answered as such. */
async function* groupsOf(upload: Readable, actor: Actor): AsyncGenerator<ReadonlyArray<Line>> {
  let count = 0
  let group: Line[] = []
  for await (const lines of linesOf(upload)) {
    for (const { number, text } of lines) {
      count += 1
      if (count > MAX_LINES) {
        const detail = `A batch has at most ${MAX_LINES} lines; this one and those after it were not looked at. Send them as another batch.`
        const id = text === undefined ? '' : E.getOrElse(() => '')(E.map(idOf)(parseJson(text)))
        yield [...group, E.left(refusedLine(id, problem('too-many-lines', { detail })))]
        upload.resume()
        return
      }
      group.push(text === undefined ? E.left(overlong(number)) : parseLine(text, number, actor))
      if (group.length >= GROUP) {
        yield group
        group = []
      }
    }
  }
  if (group.length > 0) yield group
}

const idsOf = (group: ReadonlyArray<Line>): ReadonlyArray<string> =>
  group.flatMap((line) => (E.isRight(line) ? [line.right.id] : []))

interface UnderWay {
  readonly ids: ReadonlySet<string>
  readonly answers: Promise<ReadonlyArray<BatchAnswer>>
}

/** The answers, group by group, as NDJSON text. */
export async function* answerBatch(
  handler: Pick<CommandHandler, 'handle'>,
  upload: Readable,
  circumstances: Circumstances,
): AsyncGenerator<string> {
  let underWay: UnderWay[] = []
  const finish = async ({ answers }: UnderWay): Promise<string> =>
    (await answers).map((answer) => `${JSON.stringify(answer)}\n`).join('')
  for await (const group of groupsOf(upload, circumstances.actor)) {
    const ids = idsOf(group)
    // A key that comes twice in one batch is a repeat: the later line waits for the earlier one's answer.
    const repeats = (): boolean => underWay.some((earlier) => ids.some((id) => earlier.ids.has(id)))
    while (underWay.length >= UNDER_WAY || repeats()) {
      const [first, ...others] = underWay
      if (first === undefined) break
      underWay = others
      yield await finish(first)
    }
    underWay.push({ ids: new Set(ids), answers: answerGroup(handler, group, circumstances) })
  }
  for (const group of underWay) yield await finish(group)
}
