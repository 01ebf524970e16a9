/** The errors of operations. */
import type { ReferenceObject, ResponseObject } from 'openapi3-ts/oas31'
import type { Schema } from './schema.ts'

const descriptions = {
  '400': 'The request is malformed, or what it says can not be written; the message names the parameter or the field.',
  '401': 'The token is wrong or has expired.',
  '403': 'It does not exist, or the caller may not do this.',
  '408': 'It took too long.',
  '412': 'The item is not any more what `If-Match` says.',
  '413': 'The body is too large.',
  '415': 'The body is of a type that is not taken.',
  '422': 'It is well formed, and can not be done.',
  '429': 'Too many requests.',
  '500': 'Something unexpected went wrong.',
  '503': 'The database can not be reached.',
} as const

type Status = keyof typeof descriptions

const refsTo = (statuses: readonly Status[]): Readonly<Record<string, ReferenceObject>> =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/error_${status}` }]))

/** References to the responses that everything may have. */
export const errorResponses = refsTo(['400', '401', '403', '429', '500', '503'])

export const writeErrorResponses = refsTo(['400', '401', '403', '408', '412', '413', '415', '422', '429', '500', '503'])

const errorResponse = (description: string): ResponseObject => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/api.errors' } } },
})

export const errorComponents: Readonly<Record<string, ResponseObject>> = Object.fromEntries(
  Object.entries(descriptions).map(([status, text]) => [`error_${status}`, errorResponse(text)]),
)

export const errorsSchema: Schema = {
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['message', 'extensions'],
        properties: {
          message: { type: 'string' },
          extensions: {
            type: 'object',
            required: ['code'],
            properties: { code: { type: 'string' }, reason: { type: 'string' } },
          },
        },
      },
    },
  },
}
