/* SPDX-License-Identifier: MIT */
/* Links what the tools link and does nothing: what a start costs before the first line of ours. */
int
main(void)
{
    return 0;
}
