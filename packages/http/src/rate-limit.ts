/**
 * A quota per caller, so that one script cannot starve the others. Every answer says what is left, in the fields of
 * draft-ietf-httpapi-ratelimit-headers (`RateLimit-Policy`, `RateLimit`). Heavy routes (exports, plans) cost more than one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { problem, sendProblem } from './problem.ts'

export interface Quota {
  /** Units a caller may use in a window. */
  readonly units: number
  readonly windowSeconds: number
}

/** Room for a client that keeps 64 connections busy; a runaway loop of exports is stopped. */
export const DEFAULT_QUOTA: Quota = { units: 1_500_000, windowSeconds: 60 }

interface Window {
  used: number
  /** Milliseconds since 1970. */
  endsAt: number
}

/** So many callers are kept apart; beyond that, the windows that are over are forgotten first. */
const CALLERS = 10_000

/** `now` gives milliseconds since 1970. */
export const limitRate = (app: FastifyInstance, quota: Quota, now: () => number): void => {
  const windows = new Map<string, Window>()
  const policy = `"default";q=${quota.units};w=${quota.windowSeconds}`

  const windowOf = (caller: string, at: number): Window => {
    const current = windows.get(caller)
    if (current !== undefined && at < current.endsAt) return current
    if (windows.size >= CALLERS) {
      for (const [name, window] of windows) if (window.endsAt <= at) windows.delete(name)
      if (windows.size >= CALLERS) windows.clear()
    }
    const fresh = { used: 0, endsAt: at + quota.windowSeconds * 1000 }
    windows.set(caller, fresh)
    return fresh
  }

  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { open, cost = 1 } = request.routeOptions.config
    if (open === true || request.is404) return
    const at = now()
    const window = windowOf(`${request.actor.role}:${request.actor.contributor ?? ''}`, at)
    const seconds = Math.max(1, Math.ceil((window.endsAt - at) / 1000))
    const left = quota.units - window.used - cost
    reply.header('ratelimit-policy', policy).header('ratelimit', `"default";r=${Math.max(0, left)};t=${seconds}`)
    if (left < 0) {
      return sendProblem(
        request,
        reply,
        problem('too-many-requests', {
          detail: `The quota of ${quota.units} per ${quota.windowSeconds} s is used up; go on in ${seconds} s.`,
          headers: { 'retry-after': String(seconds) },
        }),
      )
    }
    window.used += cost
  })
}
