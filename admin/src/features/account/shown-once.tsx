/** A secret that is shown this once: to be copied, or kept as a file. */
import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './shown-once.module.css'

type ShownOnceProps = {
  readonly label: string
  readonly lines: readonly string[]
  /** Name of a file to keep it in; left out where a file makes no sense. */
  readonly file?: string
}

export function ShownOnce({ label, lines, file }: ShownOnceProps) {
  const { t } = useTranslation()
  const text = lines.join('\n')
  return (
    <div className={classes.secret}>
      {lines.length === 1 ? (
        <code className={classes.line} aria-label={label}>
          {text}
        </code>
      ) : (
        <ul className={classes.codes} aria-label={label}>
          {lines.map((line) => (
            <li key={line}>
              <code>{line}</code>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.actions}>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={copy}
            >
              {copied ? t('item.copied') : t('secret.copy')}
            </Button>
          )}
        </CopyButton>
        {file === undefined ? null : (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} />}
            onClick={() => download(file, `${text}\n`)}
          >
            {t('secret.download')}
          </Button>
        )}
      </div>
    </div>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
