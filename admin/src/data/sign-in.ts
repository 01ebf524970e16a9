/** Tries a token, or none, before a session begins with it. */
import { systemClientWith } from './clients.ts'
import { RequestError } from './generated/runtime/errors.ts'

/**
 * May the holder of this token read anything?
 *
 * @param token null asks for the public visitor
 * @returns whether there is a collection to read; a visitor who may not even ask counts as one who has none
 * @throws RequestError when the server refuses the token; ConnectionError when there is no answer
 */
export async function canRead(token: string | null): Promise<boolean> {
  try {
    const { collections } = await systemClientWith(token).query({ collections: { collection: true } })
    return collections.length > 0
  } catch (error) {
    if (token === null && error instanceof RequestError && error.status < 500) return false
    throw error
  }
}
