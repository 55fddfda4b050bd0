import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { openTokens, secretOf, tokensWith, type Tokens } from './tokens.ts'

const NOW = '2027-01-01T00:00:00.000Z'
const secret = new Uint8Array(32).fill(1)
const tokens = tokensWith(secret, () => NOW)
const issued = async (from: Tokens, ...request: Parameters<Tokens['issue']>): Promise<string> =>
  E.getOrElse(() => 'refused')(await from.issue(...request))

const folders: string[] = []
const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'muster-tokens-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true })
})

const sign = (claims: Record<string, unknown>, audience = 'muster') =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('muster')
    .setAudience(audience)
    .setExpirationTime(4e9)
    .sign(secret)

describe('a token', () => {
  it('carries role and nation', async () => {
    expect(await tokens.verify(await issued(tokens, { role: 'nation', contributor: 'NPL' }))).toEqual(
      E.right({ role: 'nation', contributor: 'NPL' }),
    )
    expect(await tokens.verify(await issued(tokens, { role: 'officer' }))).toEqual(E.right({ role: 'officer' }))
  })

  it('names a contributor for a nation and for nobody else', async () => {
    expect(await tokens.issue({ role: 'nation' })).toEqual(E.left({ _tag: 'ContributorNeeded' }))
    expect(await tokens.issue({ role: 'officer', contributor: 'NPL' })).toEqual(E.left({ _tag: 'ContributorNotExpected' }))
    expect(await tokens.issue({ role: 'nation', contributor: 'nepal!' })).toEqual(E.left({ _tag: 'InvalidContributor' }))
  })

  it('ends when its time is over, also when it was seen before', async () => {
    let now = NOW
    const ticking = tokensWith(secret, () => now)
    const token = await issued(ticking, { role: 'officer', ttlSeconds: 60 })
    expect(E.isRight(await ticking.verify(token))).toBe(true)
    now = '2027-01-01T00:00:59.000Z'
    expect(E.isRight(await ticking.verify(token))).toBe(true)
    now = '2027-01-01T00:01:00.000Z'
    expect(E.isLeft(await ticking.verify(token))).toBe(true)
  })

  it('is worth nothing when it is forged', async () => {
    const good = await issued(tokens, { role: 'nation', contributor: 'NPL' })
    const [header, , signature] = good.split('.')
    const claims = Buffer.from(JSON.stringify({ role: 'officer', iss: 'muster', aud: 'muster', exp: 4e9 })).toString('base64url')
    const forged = [
      `${header}.${claims}.${signature}`,
      good.slice(0, -2),
      new UnsecuredJWT({ role: 'officer' }).setIssuer('muster').setAudience('muster').setExpirationTime('2h').encode(),
      await issued(
        tokensWith(new Uint8Array(32).fill(2), () => NOW),
        { role: 'officer' },
      ),
    ]
    for (const token of forged) expect(E.isLeft(await tokens.verify(token))).toBe(true)
  })

  it('is worth nothing with claims of our own secret that make no sense', async () => {
    for (const claims of [
      {},
      { role: 'system' },
      { role: 'nation' },
      { role: 'officer', contributor: 'NPL' },
      { role: 'king' },
    ]) {
      expect(E.isLeft(await tokens.verify(await sign(claims)))).toBe(true)
    }
    expect(E.isLeft(await tokens.verify(await sign({ role: 'officer' }, 'elsewhere')))).toBe(true)
    expect(E.isRight(await tokens.verify(await sign({ role: 'officer' })))).toBe(true)
  })
})

describe('the secret of a data folder', () => {
  it('is made once, complete, and readable by its owner alone', async () => {
    const data = join(await folder(), 'data')
    const secrets = await Promise.all(Array.from({ length: 8 }, () => secretOf(data)))
    expect(new Set(secrets.map((each) => Buffer.from(each).toString('hex'))).size).toBe(1)
    expect(await readdir(data)).toEqual(['token.secret'])
    expect((await stat(join(data, 'token.secret'))).mode & 0o777).toBe(0o600)
  })

  it('lets a token issued by one process be verified by another', async () => {
    const data = await folder()
    const token = await issued(await openTokens(data, () => NOW), { role: 'auditor' })
    expect(await (await openTokens(data, () => NOW)).verify(token)).toEqual(E.right({ role: 'auditor' }))
  })
})
