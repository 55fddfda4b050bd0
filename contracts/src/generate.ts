/** `npm run contracts`: writes the generated contracts. What is committed must be what this writes; a test compares them. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
process.stdout.write(`${schemas.size} schemas written to contracts/generated\n`)
