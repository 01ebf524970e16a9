/** The GraphQL explorer's beginning. A page of its own: its style sheet changes everything around it. */
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './explorer.css'
import { createRoot } from 'react-dom/client'
import { Explorer } from './explorer.tsx'

const root = document.querySelector('#app')
if (root === null) throw new Error('The page has no place for the explorer.')
createRoot(root).render(<Explorer />)
