# What Vulkan finds: the WebGPU provider of ONNX Runtime can have no other adapter, and does not tell which it has.
import ctypes

SUCCESS = 0
PROPERTIES = 1024  # More than VkPhysicalDeviceProperties: its name begins at byte 20.


class InstanceCreateInfo(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("application", ctypes.c_void_p),
        ("layer_count", ctypes.c_uint32),
        ("layers", ctypes.c_void_p),
        ("extension_count", ctypes.c_uint32),
        ("extensions", ctypes.c_void_p),
    ]


def devices():
    vulkan = ctypes.CDLL("libvulkan.so.1")
    instance = ctypes.c_void_p()
    info = InstanceCreateInfo(type=1)
    status = vulkan.vkCreateInstance(ctypes.byref(info), None, ctypes.byref(instance))
    if status != SUCCESS:
        raise OSError(f"vkCreateInstance answered {status}: no driver that the loader finds")
    count = ctypes.c_uint32()
    vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), None)
    found = (ctypes.c_void_p * count.value)()
    vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), found)
    for device in found:
        properties = ctypes.create_string_buffer(8 * PROPERTIES)
        vulkan.vkGetPhysicalDeviceProperties(ctypes.c_void_p(device), properties)
        yield properties.raw[20:276].split(b"\0")[0].decode()


try:
    for name in devices():
        print("Vulkan device:", name)
except OSError as error:
    print("Vulkan:", error)
