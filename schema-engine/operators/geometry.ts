import { fail } from '../errors.ts'
import { sql, value } from '../sql/sql.ts'
import type { Operator, OperatorName } from './operator.ts'

function intersection(name: OperatorName, boundingBox: boolean, isNegated: boolean): Operator {
  return {
    name,
    form: 'geometry',
    isStrict: true,
    sql: (subject, operand, to) => {
      if (operand.form !== 'geometry') throw new TypeError(`${name} takes a geometry`)
      if (to.geometryIntersects === null)
        return fail('INVALID_QUERY', { reason: `This database can't compare geometries (${name}).` })
      const condition = to.geometryIntersects(subject.expression, value(operand.bind), boundingBox)
      return isNegated ? sql`not (${condition})` : condition
    },
    matches: () => fail('INVALID_QUERY', { reason: `${name} can't be asked here.` }),
  }
}

export const geometry: readonly Operator[] = [
  intersection('_intersects', false, false),
  intersection('_nintersects', false, true),
  intersection('_intersects_bbox', true, false),
  intersection('_nintersects_bbox', true, true),
]
