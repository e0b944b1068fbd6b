/* A driver of two devices, for tests: the functions of libnvidia-ml that are called, with fixed answers.
   Energy grows by 1,500 mJ at each reading; the one process listed is the caller's. Signatures: NVML API reference. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned int gpu, memory; } utilization_t;
typedef struct { unsigned int pid; unsigned long long used; unsigned int gi, ci; } process_t;
static unsigned long long millijoules = 1000000;
int nvmlInitWithFlags(unsigned int f) { return 0; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { return "an error"; }
int nvmlDeviceGetCount_v2(unsigned int *n) { *n = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int i, void **d) { *d = (void *)(long)(i + 1); return 0; }
int nvmlDeviceGetUUID(void *d, char *s, unsigned int n) { return snprintf(s, n, "GPU-%ld-aa", (long)d - 1) < 0; }
int nvmlDeviceGetName(void *d, char *s, unsigned int n) { return snprintf(s, n, "Made-up %ld", (long)d - 1) < 0; }
int nvmlDeviceGetMemoryInfo(void *d, memory_t *m) {
    m->total = 24000000000ULL; m->used = 3000000000ULL; m->free = m->total - m->used; return 0;
}
int nvmlDeviceGetCudaComputeCapability(void *d, int *major, int *minor) { *major = 8; *minor = 6; return 0; }
int nvmlDeviceGetUtilizationRates(void *d, utilization_t *u) { u->gpu = d == (void *)1 ? 80 : 40; u->memory = 5; return 0; }
int nvmlDeviceGetTotalEnergyConsumption(void *d, unsigned long long *mj) {
#ifdef OLD
    return 3; /* NVML_ERROR_NOT_SUPPORTED */
#endif
    *mj = millijoules += 1500; return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *d, unsigned int *n, process_t *p) {
    if (p == 0) { *n = 1; return 7; /* NVML_ERROR_INSUFFICIENT_SIZE */ }
    *n = 1;
#ifdef CONTAINER
    p->pid = 1;
#else
    p->pid = getpid();
#endif
    p->used = 500000000ULL; p->gi = p->ci = 0; return 0;
}
