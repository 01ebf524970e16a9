/** How a user wants pages to look goes with him: once for each sign-in, so that this browser can still differ. */
import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { currentMark } from '../data/session.ts'
import { appearanceOf, type Me } from '../model/me.ts'

const appliedKey = 'tablegraph.appearance'

export function useOwnAppearance(me: Me | undefined): void {
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    const appearance = me === undefined ? null : appearanceOf(me)
    const startedAt = String(currentMark()?.startedAt)
    if (appearance === null || localStorage.getItem(appliedKey) === startedAt) return
    localStorage.setItem(appliedKey, startedAt)
    setColorScheme(appearance)
  }, [me, setColorScheme])
}
