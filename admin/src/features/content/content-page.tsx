/** A collection's items: one table, its tools above it, its pages below. The address holds all of its state. */
import { useParams } from '@tanstack/react-router'
import { IconTableOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useCatalog } from '../../data/catalog.ts'
import { Message } from '../../ui/message.tsx'
import { ItemPage } from '../item/item-page.tsx'
