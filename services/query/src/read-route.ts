/**
 * How a read becomes a route: parameters checked once, reader and moment resolved, the answer sent with `asOf`, lists with
 * a `Link` to their next page. A read itself only says what it is asked with and what it answers.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AsOf, ProblemDocument } from '@muster/contracts/answers'
import { violationsOf } from '@muster/contracts/violations'
import { openCursors } from '@muster/http/cursor'
import { NOT_FOUND, problem, sendProblem, type Problem } from '@muster/http/problem'
import type { Actor } from '@muster/kernel/actor'
import type { Page, PageRequest } from '@muster/read-models/paging'
import type { QueryDeps } from './deps.ts'
import type { Moment } from './moment.ts'
import { readerOf, readParameters, type Reader } from './reader.ts'

const MAX_LIMIT = 1_000
const DEFAULT_LIMIT = 100
const LIMIT = `a whole number from 1 to ${MAX_LIMIT}`

const listParameters = {
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(MAX_LIMIT, LIMIT).default(DEFAULT_LIMIT).describe('Rows on a page'),
  cursor: z.string().max(2_000).optional().describe('Where a page begins; take it from the Link header'),
}

interface Described<A extends z.ZodObject, F extends z.ZodObject> {
  readonly url: string
  readonly summary: string
  /** Parts of the address. */
  readonly address: A
  readonly filters: F
  readonly cost?: number
}
type Asked<A extends z.ZodObject, F extends z.ZodObject> = z.output<A> & z.output<F>

export interface DocumentAnswer {
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}
export interface DocumentRead<A extends z.ZodObject, F extends z.ZodObject> extends Described<A, F> {
  readonly answer: z.ZodObject
  readonly read: (reader: Reader, asked: Asked<A, F>) => Promise<E.Either<Problem, DocumentAnswer>>
}

export interface ListAnswer extends Page<object> {
  /** Fields beside `items` and `asOf`. */
  readonly beside?: object
}
export interface ListRead<A extends z.ZodObject, F extends z.ZodObject> extends Described<A, F> {
  readonly item: z.ZodType
  readonly beside?: Readonly<Record<string, z.ZodType>>
  readonly read: (reader: Reader, asked: Asked<A, F>, page: PageRequest) => Promise<E.Either<Problem, ListAnswer>>
}

export const NO_ADDRESS = z.strictObject({})
export const NO_FILTERS = z.strictObject({})
export const ID_ADDRESS = z.strictObject({ id: z.string().min(1).max(200) })

const Common = z.strictObject({ ...readParameters, ...listParameters })
type Common = z.output<typeof Common>

/** Parameters every read takes, and those that are this read's own; unknown ones belong to the latter and are refused. */
const parametersOf = <F extends z.ZodObject>(
  filters: F,
  given: unknown,
  common: ReadonlyArray<string>,
): E.Either<Problem, { readonly common: Common; readonly own: z.output<F> }> => {
  // An empty value, as in `?mission=&month=2013-06`, asks for nothing.
  const entries = Object.entries(Query.parse(given)).filter(([, value]) => value !== '')
  const shared = Common.safeParse(Object.fromEntries(entries.filter(([name]) => common.includes(name))))
  const own = filters.safeParse(Object.fromEntries(entries.filter(([name]) => !common.includes(name))))
  if (shared.success && own.success) return E.right({ common: shared.data, own: own.data })
  const violations = [...(shared.error ? violationsOf(shared.error) : []), ...(own.error ? violationsOf(own.error) : [])]
  return E.left(problem('invalid-parameter', { detail: 'See the violations for each parameter at fault.', violations }))
}
const Query = z.record(z.string(), z.unknown())

const problems = {
  '4xx': { description: 'Refused', content: { 'application/problem+json': { schema: ProblemDocument } } },
  503: { description: 'Not yet', content: { 'application/problem+json': { schema: ProblemDocument } } },
}

/** For the document; the route itself checks its parameters with better words than fastify has. */
const optionsOf = <A extends z.ZodObject, F extends z.ZodObject>(
  { summary, address, filters, cost = 1 }: Described<A, F>,
  common: Readonly<Record<string, z.ZodType>>,
  answer: z.ZodType,
) => ({
  config: { cost },
  schema: {
    tags: ['reads'],
    summary,
    ...(Object.keys(address.shape).length === 0 ? {} : { params: address }),
    querystring: z.strictObject({ ...filters.shape, ...common }),
    response: { 200: answer, ...problems },
  },
  validatorCompiler: () => () => true,
})

export const documentRoute = <A extends z.ZodObject, F extends z.ZodObject>(
  app: FastifyInstance,
  deps: QueryDeps,
  route: DocumentRead<A, F>,
): void => {
  app.get(route.url, optionsOf(route, readParameters, route.answer.extend({ asOf: AsOf })), async (request, reply) => {
    const address = route.address.safeParse(request.params)
    if (!address.success) return sendProblem(request, reply, NOT_FOUND)
    const query = parametersOf(route.filters, request.query, Object.keys(readParameters))
    if (E.isLeft(query)) return sendProblem(request, reply, query.left)
    const { common, own } = query.right
    const found = await answered(deps, { actor: request.actor, common }, (reader) =>
      route.read(reader, { ...address.data, ...own }),
    )
    if (E.isLeft(found)) return sendProblem(request, reply, found.left)
    const { answer, moment } = found.right
    const { body, headers = {} } = answer
    return reply.headers(headers).send({ ...body, asOf: moment })
  })
}

export const listRoute = <A extends z.ZodObject, F extends z.ZodObject>(
  app: FastifyInstance,
  deps: QueryDeps,
  route: ListRead<A, F>,
): void => {
  const shared = { ...readParameters, ...listParameters }
  const cursors = openCursors(deps.cursorSecret)
  const answer = z.object({ ...route.beside, items: z.array(route.item), asOf: AsOf })
  app.get(route.url, optionsOf(route, shared, answer), async (request, reply) => {
    const address = route.address.safeParse(request.params)
    if (!address.success) return sendProblem(request, reply, NOT_FOUND)
    const query = parametersOf(route.filters, request.query, Object.keys(shared))
    if (E.isLeft(query)) return sendProblem(request, reply, query.left)
    const { common, own } = query.right
    const question = { route: route.url, effectiveAt: common.effectiveAt, ...address.data, ...own }
    const begun = common.cursor === undefined ? E.right(undefined) : cursors.decode(common.cursor, question)
    if (E.isLeft(begun)) return sendProblem(request, reply, begun.left)
    const found = await answered(deps, { actor: request.actor, common, fixed: begun.right?.position }, (reader) =>
      route.read(reader, { ...address.data, ...own }, { after: begun.right?.after, limit: common.limit }),
    )
    if (E.isLeft(found)) return sendProblem(request, reply, found.left)
    const { answer: page, moment } = found.right
    const { items, next, beside = {} } = page
    if (next !== null) linkNext(request, reply, cursors.encode({ after: next, position: moment.position }, question))
    return { ...beside, items, asOf: moment }
  })
}

interface Asking {
  readonly actor: Actor
  readonly common: Common
  /** The position of an earlier page. */
  readonly fixed?: number | undefined
}

/**
 * What has just been written may not have been folded yet: before the present is told that there is no such thing, everything that lay in
 * the log when it asked is waited for. What is hidden and what does not exist are waited for alike.
 */
const answered = async <A>(
  deps: QueryDeps,
  { actor, common, fixed }: Asking,
  read: (reader: Reader) => Promise<E.Either<Problem, A>>,
): Promise<E.Either<Problem, { readonly answer: A; readonly moment: Moment }>> => {
  const reader = await readerOf(deps, actor, common, fixed)
  if (E.isLeft(reader)) return reader
  const { moment } = reader.right
  const first = E.map((answer: A) => ({ answer, moment }))(await read(reader.right))
  if (E.isRight(first) || first.left.code !== NOT_FOUND.code || common.asOf !== undefined || fixed !== undefined) return first
  const head = await deps.store.head()
  if (moment.position >= head) return first
  const later = await readerOf(deps, actor, { ...common, minPosition: String(head) })
  if (E.isLeft(later)) return first
  return E.map((answer: A) => ({ answer, moment: later.right.moment }))(await read(later.right))
}

/** The same address with the cursor in place of what the cursor carries. */
const linkNext = (request: FastifyRequest, reply: FastifyReply, cursor: string): void => {
  const [path = '', search = ''] = request.url.split('?')
  const parameters = new URLSearchParams(search)
  for (const carried of ['asOf', 'minPosition']) parameters.delete(carried)
  parameters.set('cursor', cursor)
  reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`)
}
