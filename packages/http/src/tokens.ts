/**
 * Bearer tokens of the embedded mode: issued locally, short-lived, signed with a secret that never leaves the data folder.
 * Role and nation come from the token and from nowhere else.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { SignJWT, jwtVerify } from 'jose'
import { z } from 'zod'
import { ContributorId } from '@muster/contracts/primitives'
import type { Actor } from '@muster/kernel/actor'
import type { Clock } from '@muster/kernel/time'

const ISSUER = 'muster'
const AUDIENCE = 'muster'
const ALGORITHM = 'HS256'
const SECRET_BYTES = 32
const SECRET_FILE = 'token.secret'
const DEFAULT_TTL_SECONDS = 8 * 3600

export const TokenRole = z.enum(['officer', 'nation', 'reporting', 'auditor'])
export type TokenRole = z.infer<typeof TokenRole>

/** A nation must be named, nobody else can be. */
const Claims = z
  .object({ role: TokenRole, contributor: ContributorId.optional(), exp: z.int() })
  .refine(({ role, contributor }) => (role === 'nation') === (contributor !== undefined))

export interface TokenRequest {
  readonly role: TokenRole
  /** Required for `nation`, refused for every other role. */
  readonly contributor?: string
  /** Seconds until it expires; 8 hours unless given. */
  readonly ttlSeconds?: number
}

export type TokenRefusal =
  | { readonly _tag: 'ContributorNeeded' }
  | { readonly _tag: 'ContributorNotExpected' }
  | { readonly _tag: 'InvalidContributor' }

export interface Tokens {
  readonly issue: (request: TokenRequest) => Promise<E.Either<TokenRefusal, string>>
  /** Left: none of ours, forged, or expired; which one is nobody's business. */
  readonly verify: (token: string) => Promise<E.Either<'invalid', Actor>>
}

interface Verified {
  readonly actor: Actor
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** So many verified tokens are remembered: a caller sends the same one with every request. */
const REMEMBERED = 10_000

/** Tokens under a secret that is already known. Times come from `clock`. */
export const tokensWith = (secret: Uint8Array, clock: Clock): Tokens => {
  const remembered = new Map<string, Verified>()

  const remember = (token: string, verified: Verified): void => {
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(token, verified)
  }

  const check = async (token: string): Promise<Verified | undefined> => {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp'],
        currentDate: new Date(clock()),
      })
      const claims = Claims.safeParse(payload)
      if (!claims.success) return undefined
      const { role, contributor, exp } = claims.data
      return { actor: contributor === undefined ? { role } : { role, contributor }, expiresAt: exp * 1000 }
    } catch {
      return undefined
    }
  }

  return {
    issue: async ({ role, contributor, ttlSeconds = DEFAULT_TTL_SECONDS }) => {
      if (role === 'nation' && contributor === undefined) return E.left({ _tag: 'ContributorNeeded' })
      if (role !== 'nation' && contributor !== undefined) return E.left({ _tag: 'ContributorNotExpected' })
      if (contributor !== undefined && !ContributorId.safeParse(contributor).success)
        return E.left({ _tag: 'InvalidContributor' })
      const now = Math.floor(Date.parse(clock()) / 1000)
      return E.right(
        await new SignJWT({ role, ...(contributor === undefined ? {} : { contributor }) })
          .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .setSubject(contributor ?? role)
          .setIssuedAt(now)
          .setExpirationTime(now + ttlSeconds)
          .sign(secret),
      )
    },
    verify: async (token) => {
      const known = remembered.get(token)
      if (known !== undefined && Date.parse(clock()) < known.expiresAt) return E.right(known.actor)
      remembered.delete(token)
      const verified = await check(token)
      if (verified === undefined) return E.left('invalid')
      remember(token, verified)
      return E.right(verified.actor)
    },
  }
}

const hasCode = (cause: unknown, code: string): boolean => cause instanceof Error && 'code' in cause && cause.code === code

const readSecret = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/**
 * The secret of a data folder, made on first use and readable by its owner alone. It appears under its name only when it is
 * complete, so that two processes starting at once end up with the same one.
 */
export const secretOf = async (dataFolder: string): Promise<Uint8Array> => {
  const path = join(dataFolder, SECRET_FILE)
  const existing = await readSecret(path)
  if (existing !== undefined) return existing
  await mkdir(dataFolder, { recursive: true })
  const secret = randomBytes(SECRET_BYTES)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${secret.toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  try {
    await link(draft, path)
    return secret
  } catch (cause) {
    const winner = hasCode(cause, 'EEXIST') ? await readSecret(path) : undefined
    if (winner === undefined) throw cause
    return winner
  } finally {
    await unlink(draft)
  }
}

/** Tokens of a data folder: the server and `muster token` open the same one. */
export const openTokens = async (dataFolder: string, clock: Clock): Promise<Tokens> =>
  tokensWith(await secretOf(dataFolder), clock)
