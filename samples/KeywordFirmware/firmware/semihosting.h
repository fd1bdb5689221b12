/* Text out and exit code through Arm semihosting: what a debugger or an emulator serves. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

void semihosting_print(const char *text);
void semihosting_print_number(unsigned value);
_Noreturn void semihosting_exit(int code);

#endif
