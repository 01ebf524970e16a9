/** The texts of a JSON array's elements, as they stand. @param text a valid JSON array */
export function elementsOf(text: string): readonly string[] {
  const elements: string[] = []
  let depth = 0
  let isInText = false
  let start = -1
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (isInText) {
      if (character === '\\') at += 1
      else if (character === '"') isInText = false
      continue
    }
    switch (character) {
      case '"':
        isInText = true
        break
      case '[':
      case '{':
        depth += 1
        if (depth === 1) start = at + 1
        break
      case ',':
        if (depth === 1) {
          elements.push(text.slice(start, at).trim())
          start = at + 1
        }
        break
      case ']':
      case '}':
        depth -= 1
        if (depth === 0 && text.slice(start, at).trim() !== '') elements.push(text.slice(start, at).trim())
        break
    }
  }
  return elements
}
