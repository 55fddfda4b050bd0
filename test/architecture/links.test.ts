/** Documents lead only to pages that are there. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const pages = globSync(['*.md', 'docs/**/*.md', 'data/**/*.md', 'contracts/**/*.md'], { cwd: root })

/** As a reader's browser names the headings of a page. */
const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

const deadLinksOf = (page: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? join(root, page) : resolve(root, dirname(page), path)
      return !existsSync(target) || (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor))
    })

describe('links between documents', () => {
  test('lead to pages and headings that exist', () => {
    expect(pages.length).toBeGreaterThan(8)
    expect(pages.flatMap((page) => deadLinksOf(page).map((link) => `${page}: ${link}`))).toEqual([])
  })

  test('reach every page of docs from the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    expect(pages.filter((page) => /^docs\/[\w-]+\.md$/.test(page) && !readme.includes(`](${page})`))).toEqual([])
  })
})
