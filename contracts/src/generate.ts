/** `npm run contracts`: writes the generated contracts. What is committed must be what this writes; a test compares them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { asyncapiText, type SampleOf } from './integration/asyncapi.ts'
import { generatedFolders, generatedSchemas } from './json-schema.ts'

const root = join(import.meta.dirname, '..', 'generated')
const schemas = generatedSchemas()

for (const folder of generatedFolders) {
  mkdirSync(join(root, folder), { recursive: true })
  for (const name of readdirSync(join(root, folder))) {
    if (!schemas.has(`${folder}/${name}`)) rmSync(join(root, folder, name))
  }
}
for (const [path, text] of schemas) writeFileSync(join(root, path), text)
const Sample = z.object({ type: z.string(), data: z.unknown() })
const sampleOf: SampleOf = (folder, type) =>
  Sample.parse(JSON.parse(readFileSync(join(root, '..', 'samples', folder, `${type}.json`), 'utf8')))
writeFileSync(join(root, '..', 'asyncapi.json'), asyncapiText(sampleOf))

process.stdout.write(`${schemas.size} schemas written to contracts/generated, and contracts/asyncapi.json\n`)
