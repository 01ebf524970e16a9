/** The document's title follows the page: what is open, then the program. */
import { useEffect } from 'react'

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tablegraph`
  }, [title])
}
