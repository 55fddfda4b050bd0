/** Questions beside the plan, each answered with one JSON document: what if, what can be repaired, what would help, which policy. */
import type { AllocateOptions } from '@muster/allocation/allocate'
import { allocate } from '@muster/allocation/allocate'
import { withChanges } from '@muster/allocation/advice/changes'
import { counterfactual } from '@muster/allocation/advice/counterfactual'
import { policyPreview } from '@muster/allocation/advice/policies'
import { counterProposals } from '@muster/allocation/advice/proposals'
import { repaired } from '@muster/allocation/advice/repaired'
import type { AllocationError } from '@muster/allocation/errors'
import { readProblem } from '@muster/allocation/problem'
import { Plan } from '@muster/contracts/allocation/plan'
import { Changes, Policies } from '@muster/contracts/allocation/questions'
import * as E from 'fp-ts/lib/Either.js'
import type { z } from 'zod'
import { readDocument, type Terminal } from './documents.ts'

/** Files that go with the problem; at most one question is asked, `whatIf` may go with `repair`. */
export interface Questions {
  readonly whatIf?: string
  readonly repair?: string
  readonly advice?: boolean
  readonly policyPreview?: string
}

export type QuestionError = AllocationError | { readonly _tag: 'UnusableFile'; readonly message: string }

export const isQuestion = ({ whatIf, repair, advice, policyPreview: preview }: Questions): boolean =>
  whatIf !== undefined || repair !== undefined || advice === true || preview !== undefined

/** The answer as a JSON document with a `format` of its own. */
export const answerTo = async (
  document: unknown,
  questions: Questions,
  options: AllocateOptions,
  terminal: Terminal,
): Promise<E.Either<QuestionError, object>> => {
  if (questions.repair !== undefined) return repair(document, questions.repair, questions.whatIf, options, terminal)
  if (questions.whatIf !== undefined) {
    const changes = await read(questions.whatIf, Changes, terminal)
    if (E.isLeft(changes)) return changes
    const answer = await counterfactual(document, changes.right, options)()
    return E.isLeft(answer)
      ? answer
      : E.right({
          format: 'muster.difference/1',
          before: answer.right.before.digest,
          ...answer.right.difference,
          after: answer.right.after,
        })
  }
  if (questions.policyPreview !== undefined) {
    const policies = await read(questions.policyPreview, Policies, terminal)
    if (E.isLeft(policies)) return policies
    const previews = await policyPreview(document, policies.right.policies, options)()
    return E.isLeft(previews) ? previews : E.right({ format: 'muster.policy-preview/1', policies: previews.right })
  }
  return advice(document, options)
}

/** Every gap is looked at, with a handful of candidates each. */
const ADVICE = { gaps: 200, candidates: 8, shown: 500 }

const advice = async (document: unknown, options: AllocateOptions): Promise<E.Either<QuestionError, object>> => {
  const plan = await allocate(document, options)()
  if (E.isLeft(plan)) return plan
  const proposals = counterProposals(document, plan.right, ADVICE)
  return E.isLeft(proposals)
    ? proposals
    : E.right({
        format: 'muster.advice/1',
        plan: plan.right.digest,
        // Each change is a document for --what-if.
        proposals: proposals.right.map((p) => ({ ...p, change: { format: 'muster.changes/1', ...p.change } })),
      })
}

const repair = async (
  document: unknown,
  planPath: string,
  changesPath: string | undefined,
  options: AllocateOptions,
  terminal: Terminal,
): Promise<E.Either<QuestionError, object>> => {
  const plan = await read(planPath, Plan, terminal)
  if (E.isLeft(plan)) return plan
  const problem = readProblem(document)
  if (E.isLeft(problem)) return problem
  const changes = changesPath === undefined ? undefined : await read(changesPath, Changes, terminal)
  if (changes !== undefined && E.isLeft(changes)) return changes
  const after = changes === undefined ? problem : withChanges(problem.right, changes.right)
  if (E.isLeft(after)) return after
  const answer = await repaired(document, plan.right.assignments, after.right, options)()
  return E.isLeft(answer) ? answer : E.right({ format: 'muster.repair/1', ...answer.right })
}

const read = async <S extends z.ZodType>(
  path: string,
  schema: S,
  terminal: Terminal,
): Promise<E.Either<QuestionError, z.output<S>>> => {
  const file = await readDocument(path, terminal)
  if (file._tag === 'Unreadable') return E.left({ _tag: 'UnusableFile', message: file.message })
  const parsed = schema.safeParse(file.document)
  if (parsed.success) return E.right(parsed.data)
  const lines = parsed.error.issues.slice(0, 20).map(({ path: at, message }) => `  /${at.map(String).join('/')}: ${message}`)
  return E.left({ _tag: 'UnusableFile', message: [`${path} cannot be used:`, ...lines].join('\n') })
}
