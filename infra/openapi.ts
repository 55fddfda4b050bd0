/** Writes contracts/generated/openapi.json; part of `npm run contracts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openapiText } from '../services/all-in-one/src/openapi.ts'

writeFileSync(join(import.meta.dirname, '../contracts/generated/openapi.json'), await openapiText())
