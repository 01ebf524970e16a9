/** `$CURRENT_USER.company` in presets and validation: read in the write's own transaction, before anything is looked at. */
import type { Connection } from '../database/database.ts'
import { dynamicValue, type DynamicPath } from '../filter/variables.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import { preparePaths } from '../query/plan-path.ts'
import type { RequestFacts } from '../sql/bind.ts'

const ofAccess = new WeakMap<Access, ReadonlySet<string>>()
const ofModel = new WeakMap<Model, ReadonlySet<string>>()

/** The paths that presets and validation of these rights, and of the model's fields, name. */
export function pathsIn(access: Access, model: Model): readonly string[] {
  const rules = ofAccess.get(access) ?? pathsOfRules(access)
  const fields = ofModel.get(model) ?? pathsOfFields(model)
  return rules.size + fields.size === 0 ? none : [...new Set([...rules, ...fields])]
}

const none: readonly string[] = []

function pathsOfRules(access: Access): ReadonlySet<string> {
  const found = pathsOf(Object.values(access.write).map((each) => [...each.values()].map((own) => own.rules)))
  ofAccess.set(access, found)
  return found
}

function pathsOfFields(model: Model): ReadonlySet<string> {
  const collections = [...model.collections.values()]
  const found = pathsOf(collections.map((each) => [...each.fields.values()].map((field) => field.metadata?.validation)))
  ofModel.set(model, found)
  return found
}

function pathsOf(value: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value === 'string') {
    if (/^\$CURRENT_(USER|ROLE)\../.test(value)) found.add(value)
  } else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) pathsOf(inner, found)
  return found
}

/** The facts with what the paths lead to; null, or an empty list, where that is nothing. */
export async function withPaths(
  facts: RequestFacts,
  { access, model }: { readonly access: Access; readonly model: Model },
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<RequestFacts> {
  const names = pathsIn(access, model).flatMap((name): readonly (readonly [string, DynamicPath])[] => {
    const path = dynamicValue(name)
    return path?.kind === 'path' ? [[name, path]] : []
  })
  if (names.length === 0) return facts
  const { prepared, areMany } = preparePaths(
    names.map(([, path]) => path),
    model,
    connection.dialect,
  )
  const [row = []] = await connection.rows(prepared.statement({ variables: {}, context: facts }, null))
  const roots = prepared
    .roots(row)
    .map((text) => (JSON.parse(text) as readonly unknown[]).filter((value) => value !== null)) // lists, as they were planned
  return {
    ...facts,
    paths: new Map(
      names.map(([name], index) => [name, areMany[index] === true ? roots[index] : (roots[index]?.[0] ?? null)]),
    ),
  }
}
