/** A button for what can't be taken back: it asks first. */
import { Button, type ButtonProps, Group, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type ConfirmButtonProps = ButtonProps & {
  readonly children: ReactNode
  readonly 'aria-label'?: string
  readonly question: string
  readonly help: string
  readonly confirm: string
  readonly onConfirm: () => void
}

export function ConfirmButton({ children, question, help, confirm, onConfirm, ...props }: ConfirmButtonProps) {
  const { t } = useTranslation()
  const [isOpen, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button variant="default" size="xs" {...props} onClick={open}>
        {children}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={question}
        centered
        size="sm"
        radius="lg"
        closeButtonProps={{ 'aria-label': t('dialog.close') }}
      >
        <Text c="dimmed" size="sm">
          {help}
        </Text>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" size="sm" onClick={close} data-autofocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            color="red.9"
            size="sm"
            onClick={() => {
              close()
              onConfirm()
            }}
          >
            {confirm}
          </Button>
        </Group>
      </Modal>
    </>
  )
}
