/** The look: a calm ink blue, quiet neutrals with a little blue in them, the system's own letters. */
import { type CSSVariablesResolver, type MantineColorsTuple, createTheme } from '@mantine/core'

const ink: MantineColorsTuple = [
  '#eef3fb',
  '#dbe5f5',
  '#b8cbea',
  '#92afdf',
  '#7197d5',
  '#5283c8',
  '#3a6cb4',
  '#2c5796',
  '#234678',
  '#1a355c',
]
const dark: MantineColorsTuple = [
  '#d3d8e0',
  '#b3bac6',
  '#8f98a7',
  '#687182',
  '#4a5261',
  '#363d4a',
  '#272d38',
  '#1d222b',
  '#161a21',
  '#101319',
]
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#f0f2f5',
  '#e5e8ed',
  '#d6dae1',
  '#bfc5cf',
  '#98a1af',
  '#6b7585',
  '#4d5666',
  '#363d4a',
  '#20252e',
]

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, dark, gray },
  fontFamily:
    "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1.0625rem', lineHeight: '1.35' } },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
})

/** Our own names for surfaces, so that style sheets speak of what things are. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--tg-canvas': '#f7f8fa',
    '--tg-surface': '#ffffff',
    '--tg-raised': '#ffffff',
    '--tg-sunken': '#f2f4f7',
    '--tg-hover': '#f1f4f9',
    '--tg-selected': '#e6edf8',
    '--tg-border': '#e2e6ec',
    '--tg-border-strong': '#ccd2db',
    '--tg-text': '#20252e',
    '--tg-text-quiet': '#596273',
    '--tg-link': '#2c5796',
    '--mantine-color-dimmed': '#596273',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#20252e',
    '--mantine-color-default-color': '#20252e',
    '--mantine-color-placeholder': '#667080',
    '--mantine-color-default-border': '#d6dae1',
  },
  dark: {
    '--tg-canvas': '#12151b',
    '--tg-surface': '#181c23',
    '--tg-raised': '#1e232c',
    '--tg-sunken': '#14181e',
    '--tg-hover': '#1f252f',
    '--tg-selected': '#243148',
    '--tg-border': '#2a303b',
    '--tg-border-strong': '#3b4351',
    '--tg-text': '#e0e4ea',
    '--tg-text-quiet': '#9aa4b3',
    '--tg-link': '#92afdf',
    '--mantine-color-dimmed': '#9aa4b3',
    '--mantine-color-body': '#181c23',
    '--mantine-color-text': '#e0e4ea',
    '--mantine-color-default-color': '#e0e4ea',
    '--mantine-color-placeholder': '#9aa4b3',
    '--mantine-color-default': '#1e232c',
    '--mantine-color-default-hover': '#262c37',
    '--mantine-color-default-border': '#363d4a',
  },
})
