/** What the list asks the server: to learn from, and to take along. */
import { Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconTerminal2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection } from '../../model/catalog.ts'
import { type ListQuestion, listRequest } from '../../model/document.ts'
import { formatJson } from '../../model/format.ts'
import { problemOf } from '../../model/problem.ts'
import classes from './query-preview.module.css'

type QueryPreviewProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly question: ListQuestion
  readonly onClose: () => void
}

export function QueryPreview({ catalog, collection, question, onClose }: QueryPreviewProps) {
  const { t } = useTranslation()
  const { document, variables } = safely(() => listRequest(catalog, collection, question))
  return (
    <Modal
      opened
      size="lg"
      title={t('query.title')}
      closeButtonProps={{ 'aria-label': t('filter.close') }}
      onClose={onClose}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('query.help')}
        </Text>
        <CodeBlock label={t('query.document')} text={document} />
        <CodeBlock label={t('query.variables')} text={formatJson(variables)} />
        <Group justify="flex-end">
          <Button
            component="a"
            variant="default"
            href={collection.graphql.scope === 'system' ? '/graphql/system' : '/graphql'}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconTerminal2 size={16} stroke={1.6} />}
          >
            {t('query.open')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function CodeBlock({ label, text }: { readonly label: string; readonly text: string }) {
  const { t } = useTranslation()
  return (
    <section aria-label={label}>
      <Group justify="space-between" mb={4}>
        <Text size="xs" fw={600} c="dimmed">
          {label}
        </Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="subtle"
              size="compact-xs"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              aria-label={t('item.copy', { field: label })}
              onClick={copy}
            >
              {copied ? t('item.copied') : t('item.copy', { field: label })}
            </Button>
          )}
        </CopyButton>
      </Group>
      <pre className={classes.code} tabIndex={0}>
        {text}
      </pre>
    </section>
  )
}

/** A filter that doesn't fit has no document: the reason stands in its place. */
function safely(build: () => { readonly document: string; readonly variables: unknown }) {
  try {
    return build()
  } catch (error) {
    return { document: `# ${problemOf(error).detail ?? ''}`, variables: {} }
  }
}
